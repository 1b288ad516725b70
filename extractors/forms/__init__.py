"""Specimen form packs (data, one folder an edition) and the scripts that draw and fill them."""
