"""The commands, loaded when they are called: one module each, whose `run` it is, or several by their names.

The one-line helps stand here so that `intrograph --help` and completion need no command's imports; a test holds them
equal to the commands' own.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# By section, in the order in which they are shown: the command's name and its one-line help. A module has the name.
SECTIONS: dict[str, dict[str, str]] = {
    "Start": {
        "demo": "Tell the Strauss connection, in a store of its own.",
        "serve": "Ask, see and trust in the browser.",
        "password": "Set the password of the page.",
        "me": "Say or show who you are.",
        "sources": "Show what can be brought in, and how to get it.",
    },
    "Bring in": {
        "ingest": "Bring in an export or a mailbox (alias: add).",
        "pull": "Run the jobs that are due: what is brought in again and again.",
        "jobs": "Show what was brought in when, and what went wrong.",
    },
    "Ask": {
        "ask": "Ask who can introduce you to somebody.",
        "reach": "Show how many people stand behind those you can ask.",
        "people": "Find, show, join and split people.",
        "list": "Keep named lists of people.",
        "export": "Write paths, relationships, people or the graph to a file.",
    },
    "By hand": {
        "know": "Say that you know somebody, or that two people know each other.",
        "log": "Note a comment, call, meeting or message that no export holds.",
        "introduce": "Note an introduction and where it stands.",
        "introductions": "Show introductions, and the ones that you asked for.",
    },
    "Privacy": {
        "exclude": "Never bring in an address, a domain or a folder.",
        "protect": "Never suggest somebody as a step.",
        "about": "Show all that is held on somebody.",
        "forget": "Erase somebody, and keep them out from now on.",
        "keep": "Keep only the last years, and drop what is older.",
        "erase": "Erase everything.",
    },
    "Help": {
        "doctor": "Check the store: place, permissions, size, health.",
        "copy": "Copy the store into another place, such as a server.",
        "completion": "Print the completion script of your shell.",
    },
}
ALIASES = {"add": "ingest"}
_MODULES = dict.fromkeys(SECTIONS["Privacy"], "privacy") | dict.fromkeys(("introduce", "introductions"), "introduce")
"""Where a command shares a module with others."""
READING = frozenset({"ask", "reach", "people", "list", "export", "introductions", "about", "forget", "jobs", "copy"})
"""The commands that need a store which is there: where a wrong place is named, they make none."""
HALF = frozenset({"doctor", "erase"})
"""The commands that take a store, too, into which a copy is under way."""
HELPS = {name: line for section in SECTIONS.values() for name, line in section.items()}


class Commands(click.Group):
    """The group of all commands: each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 # click's signature
        """Name every command, in the order in which they are shown."""
        return [*HELPS]  # the command `list`, once imported, is this package's `list`

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 # click's
        """Import and give a command."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in HELPS:
            return None
        module = import_module(f"dashboard.cli.commands.{_MODULES.get(name, name)}")
        found = getattr(module, name if name in _MODULES else "run")
        assert isinstance(found, click.Command)  # noqa: S101 # a module that breaks this contract is a bug of ours
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; name the nearest where there is none."""
        if not ctx.resilient_parsing and args[0] not in HELPS and args[0] not in ALIASES:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=[*HELPS, *ALIASES], ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 # click's
        """List the commands by section, without importing any."""
        width = max(map(len, HELPS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), line) for name, line in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete a command's name, without importing any, or an option."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=line) for name, line in HELPS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
