"""A stand-in for Zalo's servers, which have no sandbox: as strict as they are, and failing on demand.

It speaks the part of the interface that sends template messages to phone numbers (ZBS, once ZNS), as it was in 2026.
"""

from deploy.local.zalo_simulator.app import create

__all__ = ["create"]
