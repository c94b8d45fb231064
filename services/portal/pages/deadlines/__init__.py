"""Deadlines: who is late by how many days and why, a new one, and one that is moved, excused, closed or reopened."""
