"""Finds out which value of each variant a server has, and writes the settings that make the emulator do the same."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from interactor_emulator.unanswered import in_words
from interactor_emulator.variants import VARIANTS

from .probes import PROBES
from .probing import Probing, Untold

_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(slots=True)
class Calibration:
    """The values that were found, by variant, and why the others were not."""

    server: str
    found: dict[str, str] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)

    def toml(self) -> str:
        """The text of an `interactor.toml`."""
        lines = [
            f"# What {self.server} answered, as `interactor-emulator contract --calibrate` found it.",
            "[variants]",
        ]
        for name, values in VARIANTS.items():
            if name in self.found:
                lines.append(f'{name} = "{self.found[name]}"')
            else:
                lines.append(f"# {name}: no probe could tell ({self.untold[name]}); {values[0]} is the default")
        return "\n".join(lines)

    def __str__(self) -> str:
        others = [f"{name} = {value}" for name, value in self.found.items() if value != VARIANTS[name][0]]
        lines = [
            f"{len(self.found)} of {len(VARIANTS)} variants found; other than by default: {', '.join(others) or 'none'}"
        ]
        return "\n".join([*lines, *(f"{name}: could not be told: {why}" for name, why in self.untold.items())])


def calibrate(
    probing: Probing, told: Callable[[str, int, int], None] = lambda _name, _number, _count: None
) -> Calibration:
    """Ask every probe. `told` hears which is next, its number, and how many there are."""
    calibration = Calibration(probing.service.core_url)
    for number, (name, probe) in enumerate(PROBES.items(), start=1):
        told(name, number, len(PROBES))
        try:
            value = probe(probing)
            if value not in VARIANTS[name]:
                raise Untold(f"what it does is none of {', '.join(VARIANTS[name])}, but {value}")
            calibration.found[name] = probing.known[name] = value
        except Untold as why:
            calibration.untold[name] = str(why)
        except (httpx.HTTPError, httpx.InvalidURL, *_UNREADABLE) as error:
            calibration.untold[name] = f"an answer could not be read: {type(error).__name__}, {in_words(error)}"
        finally:
            probing.tidy()
    return calibration
