"""Signed folders: whatever leaves the system for other people's hands, and the check that nothing in it was changed.

Productions, case exports and letters are all written by `folder.write_folder`:

    refuse_unless_empty(out)                       # first, before any work
    files = {"production.csv": made, "letter.pdf": pdf(document, at)}     # relative names; `proofs/….json` are proofs
    place = ledger_place(ledger.book, district, upto=collected_at)         # the same for the same data: give `upto`
    about = About(kind="production", district=district, query={…}, decisions=[…], made_by=user.name,
                  made_at=format_at(at), ledger_root=place.root, ledger_entry=place.entry)
    write_folder(out, files, about, ["What this is and how to read it."], signer(settings.hallmonitor_home))

The same arguments give the same bytes: a folder that must come out the same again takes `made_at` from its newest
decision and not from the clock. `write_folder` adds README.txt (with how to check it), key.pem and manifest.json.
`hallmonitor verify FOLDER` and `checked.check_folder` read it again, without store and network.
"""
