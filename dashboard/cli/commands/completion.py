"""`intrograph completion`: the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from graph.errors import UsageError

_PROGRAM, _VARIABLE = "intrograph", "_INTROGRAPH_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


_HOW = """\b
bash   eval "$(intrograph completion bash)"   in ~/.bashrc
zsh    eval "$(intrograph completion zsh)"    in ~/.zshrc
fish   intrograph completion fish > ~/.config/fish/completions/intrograph.fish
"""


@make_command("completion", epilog=_HOW)
@click.argument("shell", type=click.Choice(_SHELLS))
def run(_: Session, shell: str) -> Reply:
    """Print the completion script of your shell; let the shell's start file read it."""
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"there is no completion for {shell}; there is for {', '.join(_SHELLS)}")
    # click's own script(), but without running the shell to ask for its version.
    root = click.get_current_context().find_root().command
    maker = found(root, {}, _PROGRAM, _VARIABLE)
    script = maker.source_template % maker.source_vars()
    return Reply(text=script.strip().splitlines(), data={"shell": shell, "script": script})
