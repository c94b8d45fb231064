"""What Zalo's error codes mean for a message to a phone number. Source: Zalo's public tables of 2026.

Only what may pass within minutes is tried again. A used-up quota, the night or an empty wallet last longer than a
notice may wait, so the next channel takes over and operators see the code.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ErrorClass(StrEnum):
    """What is to be done about an error."""

    AUTH = "auth"
    TRANSIENT = "transient"
    QUOTA = "quota"
    HOURS = "hours"
    RECIPIENT = "recipient"
    CONTENT = "content"
    TEMPLATE = "template"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


_CODES: Final = {
    ErrorClass.AUTH: (-124, -216, -220),
    ErrorClass.TRANSIENT: (-32, -100, -200),
    ErrorClass.QUOTA: (-115, -126, -137, -144, -147, -1441, -1471, -1472),
    ErrorClass.HOURS: (-133, -234),
    ErrorClass.RECIPIENT: (-108, -110, -114, -118, -119, -134, -139, -140, -141),
    ErrorClass.CONTENT: (
        *(-109, -111, -112, -113, -116, -121, -122, -130, -132, -153),
        *(-1121, -1122, -1123, -1124, -1131),
    ),
    ErrorClass.TEMPLATE: (-117, -120, -127, -131, -145, -146, -1091, -1201, -1202),
    ErrorClass.ACCOUNT: (
        *(-101, -102, -103, -104, -105, -106, -107, -123, -125, -128, -129, -135, -136, -138, -142, -143),
        *(-148, -149, -150, -151, -158, -159, -160, -161, -162, -1241, -1351, -1381),
    ),
}
CLASSES: Final = MappingProxyType({code: kind for kind, codes in _CODES.items() for code in codes})

UNKNOWN_ATTEMPTS: Final = 2
"""How often a message is tried when Zalo answers with a code that is in no table."""


def is_permanent(code: int, attempt: int) -> bool:
    """Tell whether coming again with attempt + 1 is pointless."""
    match CLASSES.get(code, ErrorClass.UNKNOWN):
        case ErrorClass.AUTH | ErrorClass.TRANSIENT:
            return False
        case ErrorClass.UNKNOWN:
            return attempt >= UNKNOWN_ATTEMPTS
        case _:
            return True
