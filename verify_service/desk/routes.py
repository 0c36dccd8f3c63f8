"""The desk's addresses."""

from starlette.routing import Route

from verify_service.desk import (
    license_pages,
    login_pages,
    move_pages,
    permit_pages,
    task_pages,
)

_NUMBER = "/desk/licenses/{number}"
_PERMIT = "/desk/permits/{id}"


def routes() -> list[Route]:
    """Return the desk's routes; they are no part of the API's description."""
    return [
        Route("/desk", task_pages.home),
        Route("/desk/login", login_pages.login),
        Route("/desk/login", login_pages.log_in, methods=["POST"]),
        Route("/desk/logout", login_pages.log_out, methods=["POST"]),
        Route("/desk/password", login_pages.password),
        Route("/desk/password", login_pages.change_password, methods=["POST"]),
        Route("/desk/search", license_pages.search),
        Route(_NUMBER, license_pages.license),
        Route(f"{_NUMBER}/sheet.pdf", license_pages.sheet),
        Route(f"{_NUMBER}/reissue", license_pages.reissue_form),
        Route(f"{_NUMBER}/reissue", license_pages.reissue, methods=["POST"]),
        Route("/desk/recalls/{id}", task_pages.recall),
        Route("/desk/recalls/{id}", task_pages.close, methods=["POST"]),
        Route("/desk/alarms", task_pages.alarms),
        Route("/desk/permits", permit_pages.permits),
        Route(_PERMIT, permit_pages.permit),
        Route(f"{_PERMIT}/{{move}}", move_pages.move_form),
        Route(f"{_PERMIT}/{{move}}", move_pages.do_move, methods=["POST"]),
    ]
