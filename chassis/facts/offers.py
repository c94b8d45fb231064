"""What a person may do next with a thing: the rules themselves are tried, so that no list can disagree with them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, get_args

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.refusal import Refusal
from contracts.event import Event

S = TypeVar("S")
C = TypeVar("C", bound=Command)
K = TypeVar("K")

DONE: Final = Refusal(
    "step-done",
    vi="Bước này đã xong; hãy xem các bước còn lại.",
    en="This step is done; see which steps are left.",
)
NOTHING_YET: Final = Refusal(
    "step-without-content",
    vi="Chưa có nội dung nào cho bước này; hãy hoàn thành các bước trước.",
    en="There is nothing yet that this step could be about; take the steps before it first.",
)


@dataclass(frozen=True, slots=True)
class Offer(Generic[C, S, K]):
    """A command that a person may give about a thing, in the words of a button.

    `trials` are commands that could be meant, from what is known, such as one for each result that was reported; a
    command without fields is its own trial. `by` names the fields in which they differ.
    """

    command: type[C]
    vi: str
    en: str
    trials: Callable[[S, K], Iterable[C]] | None = None
    by: tuple[str, ...] = ()


_OFFERED: Final[dict[type[Command], Offer[Any, Any, Any]]] = {}


def offered(
    vi: str, en: str, trials: Callable[[Any, Any], Iterable[Command]] | None = None, by: tuple[str, ...] = ()
) -> Callable[[type[C]], type[C]]:
    """Offer a command to people, in the words of a button; the fields are those of Offer."""

    def offer(command: type[C]) -> type[C]:
        _OFFERED[command] = Offer(command, vi, en, trials, by)
        return command

    return offer


def offers(commands: object) -> tuple[Offer[Any, Any, Any], ...]:
    """The offers among a union of commands, in its order."""
    return tuple(_OFFERED[each] for each in get_args(commands) if each in _OFFERED)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a step is open: for which values of its `by`, or why not. Open with no choices is open as it is."""

    choices: tuple[dict[str, Any], ...] = ()
    refused: Rejected | None = None

    @property
    def open(self) -> bool:
        """Whether the rules would let it happen."""
        return self.refused is None


def opening(decider: Decider[C, S, Any, K], offer: Offer[Any, S, K], state: S, known: K, context: Context) -> Opening:
    """Try an offer against the rules, changing nothing: what they would accept, or the first reason why not."""
    trials: Sequence[Any] = [offer.command()] if offer.trials is None else list(offer.trials(state, known))
    open_ones: list[dict[str, Any]] = []
    refused: Rejected | None = None
    for trial in trials:
        try:
            events: Sequence[Event] = decider.decide(trial, state, known, context)
        except Rejected as rejected:
            refused = refused or rejected
        else:
            choice = trial.model_dump(mode="json", include=set(offer.by))
            if events and choice not in open_ones:
                open_ones.append(choice)
    if open_ones:
        return Opening(tuple(filter(None, open_ones)))
    return Opening(refused=refused or (DONE() if trials else NOTHING_YET()))
