"""The commands of ``verify-service``, a module an area; `verify_service.cli` puts them together."""
