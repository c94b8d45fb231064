"""The local mail server: accepts every message, delivers none, shows what it got and fails on demand."""

from deploy.local.mail_sink.app import create

__all__ = ["create"]
