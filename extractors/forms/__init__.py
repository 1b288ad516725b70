"""The shipped form packs (data, one folder an edition), and what draws, shows and fills in any."""
