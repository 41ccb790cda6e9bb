"""Stub."""
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
