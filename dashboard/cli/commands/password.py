"""`intrograph password`: what the page asks for."""

import os

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session


@make_command("password")
@click.option("--remove", is_flag=True, help="Remove it; where one is needed, the page is then not served.")
def run(session: Session, /, *, remove: bool) -> Reply:
    """Set the password of the page.

    Asks for it twice; from a pipe it reads one line. Only its hash is kept. Whoever is logged in has to log in again.
    """
    from dashboard.service.password import HASH, remove_password, set_password
    from dashboard.service.private_files import state_file

    if remove:
        there = remove_password()
        text = "The password is removed." if there else "No password is set."
        return Reply(text=[text], data={"set": False, "file": str(state_file("password"))})
    file = set_password(session.terminal.ask_password("Password of the page"))
    if any(os.environ.get(name) for name in (HASH, f"{HASH}_FILE")):
        session.terminal.note(f"{HASH} is set, and counts instead of it.")
    return Reply(text=[f"The password is set. Its hash is in {file}."], data={"set": True, "file": str(file)})
