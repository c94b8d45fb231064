"""Confirmations of local committees: entered by units, judged by the department."""
