"""The command line: `app` prints and sets exit codes; each command is a module of `commands`."""
