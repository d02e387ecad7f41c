"""Fixtures for testing against the Interactor API; pytest finds the plugin by its entry point."""
