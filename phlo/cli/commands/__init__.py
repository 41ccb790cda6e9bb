"""The commands of the core, one file a group, each loaded when it is called."""
