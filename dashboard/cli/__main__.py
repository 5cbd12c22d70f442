"""The command line as a module, `python -m dashboard.cli`: as the page starts it for what takes long."""

import signal

from dashboard.cli.app import main

# Who starts the page in a shell's background has it ignore Ctrl-C, and so what it starts, which is stopped by that.
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
