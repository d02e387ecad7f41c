"""What a reset brings back: workflows that were loaded before anything happened, and newer versions of them."""

from interactor_emulator.account.account import Account

from . import workflows
from .workflows import Source


class Loaded:
    """The definitions of one account that outlive a reset, each with whether it is published; none at first."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sources: list[tuple[Source, bool]] = []
        account.after_reset.append(self._load_again)

    def keep_all(self) -> None:
        """Every version that is there now, and from now on nothing else."""
        versions = [each for workflow in self._account.store.workflows.values() for each in workflow.versions]
        self._sources = [(each.definition.source, each.published_ms is not None) for each in versions]

    def keep_newest(self, name: str) -> str | None:
        """What is published of this workflow now, in place of what was kept of it; the version's id, None where
        nothing is published."""
        workflow = self._account.store.workflows.get(name)
        if workflow is None or workflow.published is None:
            return None
        others = [each for each in self._sources if each[0]["name"] != name]
        self._sources = [*others, (workflow.published.definition.source, True)]
        return workflow.published.id

    def _load_again(self, kept: frozenset[str]) -> None:
        if "workflows" not in kept:
            for source, published in self._sources:
                workflows.restore(self._account, source, publish_it=published)
