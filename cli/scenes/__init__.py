"""Scenes of the demo: what S001 goes through, each a few steps over HTTP and what comes of them.

Each may be played again: the same commands change nothing, and what is waited for has then happened already.
"""
