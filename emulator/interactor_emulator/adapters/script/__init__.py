"""Customers' scripts: run in QuickJS, in child processes that can be ended, one fresh context a script."""
