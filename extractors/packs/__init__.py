"""How a form pack is written down, and what can be wrong with one.

``extractors.formpack`` loads packs with what is here; the packs themselves are in
``extractors/forms``. Only ``alike``, ``anchors`` and ``samples`` need the models that read.
"""
