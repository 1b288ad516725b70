"""Matching measured: are pages laid on the right blank, how closely, and are strangers refused?"""
