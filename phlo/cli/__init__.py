"""The command line: the commands of the core, one file a group; nothing heavy is imported."""
