"""The desk's addresses."""

from typing import Final

from starlette.routing import Route

from verify_service.desk import (
    closing_pages,
    difference_pages,
    import_pages,
    issue_pages,
    license_pages,
    login_pages,
    move_pages,
    permit_pages,
    reconciliation_pages,
    reissue_pages,
    task_pages,
)

_NUMBER = "/desk/licenses/{number}"
_PERMIT = "/desk/permits/{id}"
_DIFFERENCE = f"{difference_pages.PATH}/{{id}}"

FILE_PATHS: Final = frozenset({import_pages.LIST, reconciliation_pages.LIST})
"""Where forms bring files: bounded as those are, and not as photographs."""


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
        Route("/desk/holders/{uscc}", issue_pages.holder),
        Route("/desk/issue/{id}", issue_pages.issue_form),
        Route("/desk/issue/{id}", issue_pages.issue, methods=["POST"]),
        Route(_NUMBER, license_pages.license),
        Route(f"{_NUMBER}/sheet.pdf", license_pages.sheet),
        Route(f"{_NUMBER}/reissue", reissue_pages.reissue_form),
        Route(f"{_NUMBER}/reissue", reissue_pages.reissue, methods=["POST"]),
        Route(f"{_NUMBER}/void", reissue_pages.void_form),
        Route(f"{_NUMBER}/void", reissue_pages.void, methods=["POST"]),
        Route("/desk/recalls/{id}", closing_pages.recall),
        Route("/desk/recalls/{id}", closing_pages.close_recall, methods=["POST"]),
        Route("/desk/reissues/{id}", closing_pages.reissue),
        Route("/desk/reissues/{id}", closing_pages.close_reissue, methods=["POST"]),
        Route("/desk/notices/{id}", closing_pages.notice),
        Route("/desk/notices/{id}", closing_pages.give_notice, methods=["POST"]),
        Route("/desk/alarms", task_pages.alarms),
        Route("/desk/permits", permit_pages.permits),
        Route(_PERMIT, permit_pages.permit),
        Route(f"{_PERMIT}/{{move}}", move_pages.move_form),
        Route(f"{_PERMIT}/{{move}}", move_pages.do_move, methods=["POST"]),
        Route("/desk/announced/{id}", permit_pages.announced),
        Route("/desk/announced/{id}", permit_pages.take_back, methods=["POST"]),
        Route(import_pages.LIST, import_pages.imports),
        Route(import_pages.LIST, import_pages.bring, methods=["POST"]),
        Route(import_pages.STAGED, import_pages.staged),
        Route(import_pages.STAGED, import_pages.do, methods=["POST"]),
        Route(f"{import_pages.LIST}/{{id}}", import_pages.run),
        Route(reconciliation_pages.LIST, reconciliation_pages.reconciliations_page),
        Route(reconciliation_pages.LIST, reconciliation_pages.compare, methods=["POST"]),
        Route(f"{reconciliation_pages.LIST}/{{id}}", reconciliation_pages.reconciliation),
        Route(_DIFFERENCE, difference_pages.difference),
        Route(f"{_DIFFERENCE}/{{way}}", difference_pages.settle_form),
        Route(f"{_DIFFERENCE}/{{way}}", difference_pages.settle, methods=["POST"]),
    ]
