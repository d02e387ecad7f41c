"""The handles that an Emulator gives: runs, its clock, its webhooks, an inbox; each holds an Access."""
