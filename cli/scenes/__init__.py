"""Scenes of the demo: what S003 and S001 go through, each a few steps over HTTP and what comes of them.

Each may be played again: the same commands change nothing, and what is waited for has then happened already.
"""
