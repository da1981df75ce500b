"""The verbs of the command line: `trunkline <verb>`. A file here is a verb, found by existing; nothing else is to be registered.

- The file `dead_letters.py` is the verb `dead-letters`; `dead_letters` is understood too.
- It exports `command`: a function, or for verbs with verbs of their own `command = App(name="dead-letters", help=...)` (the name must
  be the verb) with functions under `@command.command`. Docstrings become the help, annotations the checks, an int the exit code.
- At its top it imports cheap things only (cyclopts, rich, runtime.errors); what it needs for its work it imports inside its functions:
  `trunkline --help` imports all files here.
- Everything that prints a table takes `--json`, everything that writes takes `--dry-run`. Mistakes are raised as a TrunklineError.
- Settings come from `runtime.settings.settings()`: trunkline/main.py has loaded `.env` and what `trunkline up` left for later commands.
"""
