"""Zalo's error codes for messages to phone numbers: the HTTP status is 200 whatever happens, `error` tells.

Source: Zalo's public tables. The wording of -100 to -118, -124 and -131 is Zalo's own; clients branch on the code.
"""

from typing import Final

OK: Final = 0
RATE_LIMIT: Final = -32
MESSAGE_ID_INVALID: Final = -107
PHONE_INVALID: Final = -108
TEMPLATE_ID_INVALID: Final = -109
DATA_EMPTY: Final = -111
DATA_TOO_LONG: Final = -1121
DATA_MISSING: Final = -1122
DATA_FORMAT: Final = -1124
BODY_EMPTY: Final = -121
BODY_INVALID: Final = -122
TOKEN_INVALID: Final = -124
ADMINS_ONLY: Final = -127
TEMPLATE_NOT_APPROVED: Final = -131
PARAMETER_INVALID: Final = -132
NIGHT: Final = -133
DAILY_QUOTA: Final = -144
BEYOND_QUOTA_FORBIDDEN: Final = -161

MESSAGES: Final = {
    0: "Success",
    -32: "Rate limit of the application exceeded",
    -100: "Unknown error",
    -101: "Application invalid",
    -102: "Application not existed",
    -103: "Application not activated",
    -104: "App secret key invalid",
    -105: "Application not link to any OA",
    -106: "Method unsupported",
    -107: "Message ID invalid",
    -108: "Phone number invalid",
    -109: "Template ID invalid",
    -110: "Zalo version unsupported",
    -111: "Template data empty",
    -112: "Template data invalid",
    -1121: "Template data exceeds the maximum length",
    -1122: "Template data misses a parameter",
    -1123: "QR code cannot be generated",
    -1124: "Template data has an invalid format",
    -113: "Button invalid",
    -114: ("User is inactive, or reject the message, or using an outdated Zalo version, or other internal errors"),
    -115: "Out of quota",
    -116: "Text invalid",
    -117: "OA or App does not have permission to access this template",
    -118: "Zalo account not existed",
    -119: "Account can not receive this message",
    -121: "Body data empty",
    -122: "Body data format invalid",
    -124: "Access token invalid",
    -126: "Development wallet is out of balance",
    -127: "Test template can only be sent to an administrator",
    -131: "ZNS template not approved",
    -132: "Parameter invalid",
    -133: "Template is not allowed to be sent at night",
    -135: "OA has no permission to send: not verified or on a free plan",
    -136: "OA needs to be linked to a ZBS account",
    -137: "ZBS account could not be charged",
    -139: "User refuses this kind of message",
    -140: "OA is not eligible to send this kind of message to the user",
    -141: "User refuses messages from this OA",
    -144: "OA exceeds its daily quota",
    -145: "OA is not allowed to send this kind of content",
    -146: "Template is disabled because of its low quality",
    -147: "Template exceeds its daily quota",
    -161: "OA is not allowed to send beyond its quota",
}
