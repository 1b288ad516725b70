"""What the reader, the rules and the records say most often, as texts to translate.

Each must stand in their code word for word, with ``%(name)s`` where something is filled in; a test
compares. See ``told``.
"""

from __future__ import annotations


def mark(text: str) -> str:
    """``text`` itself; the name tells ``make translations`` that it is one to translate."""
    return text


SENTENCES: tuple[str, ...] = (
    # pages: extractors/quality.py, extractors/read.py
    mark("Page %(number)s is too coarse to read well. Scan it again at 300 dpi."),
    mark("Page %(number)s is blank. Check that the paper was not put in the wrong way round."),
    mark("Page %(number)s is too dark. Scan it again with more brightness."),
    mark("Page %(number)s is too light. Scan it again with less brightness or more contrast."),
    mark("Page %(number)s is blurred. Clean the glass and scan it again."),
    mark(
        "Page %(number)s has writing cut off at the edge. Straighten the paper and scan it again."
    ),
    mark("Page %(number)s is not part of this form. It may be an enclosure."),
    mark("Page %(number)s belongs to another form: %(form)s."),
    mark("Page %(number)s is page %(form_page)s of the form once more. The first was read."),
    mark(
        "Page %(number)s lacks words or boxes that this form has. It may be another edition, or "
        "something covers it. Compare the picture before you trust what was read."
    ),
    mark("Page %(number)s of the form is missing."),
    mark("This fits no form known here. It may be a letter, an enclosure or a new edition."),
    mark("This is edition %(edition)s, which is not accepted any more. Return it to the sender."),
    mark(
        "This is edition %(edition)s, and there is a newer one. Decide whether it can be accepted."
    ),
    mark("Every one of these forms is checked by a person."),
    mark("Not sure enough, or missing: %(names)s."),
    mark("This can no longer be reopened. Ask the team that received it to correct it."),
    mark("A second keying changed a value, and now answers do not go together."),
    mark("%(number)s field to check."),
    mark("%(number)s fields to check."),
    mark(
        "It was to be read as %(form)s, but its pages do not show the print of that form. "
        "It may be another form or edition, or the scan may be too bad."
    ),
    mark("It could not be read as %(form)s: that form is not in use here any more."),
    mark("It was read again after its pages were put right."),
    # repairs: intake/pageplan.py, intake/repair.py, intake/rescans.py
    mark("The pages of this scan were changed meanwhile. Load the page again, then repair them."),
    mark(
        "This application was delivered before. The systems that have it know it with the pages it "
        "had, so pages cannot move from it to another item, or to it from one. You can turn and "
        "reorder its pages, leave blank ones out, and have it read as another form."
    ),
    mark("There is no form %(form)s in use here. Choose one from the list."),
    mark("Nothing was changed. Say what should be different, or go back."),
    mark("A page can be turned by 90, 180 or 270 degrees."),
    mark("A blank page cannot start a new item. Choose one or the other."),
    mark(
        "At least one page must be kept. If there is nothing to read, return the item to its "
        "sender or refer it to a supervisor."
    ),
    mark("Item %(number)s is being read. Wait a moment, then load the page again."),
    mark("Item %(number)s does not wait for a reviewer any more, so it cannot be joined."),
    mark("Item %(number)s is not one that you may open. Ask a supervisor to join it."),
    mark("Somebody is checking item %(number)s now. Try again when they have finished."),
    mark("Item %(number)s was delivered before, so its pages have to stay with it."),
    mark(
        "This application was delivered before. A new scan would be delivered as another "
        "application, beside the first. Refer it to a supervisor, or return it."
    ),
    mark("This scan came before the paper was asked for again. Choose the new scan."),
    mark("This scan was not read yet. Wait until Arrivals shows that it was, then choose it."),
    mark("Somebody has dealt with this already. Nothing was changed."),
    mark("Nothing was asked for under this number."),
    mark("Part of the page is cut off or folded over"),
    mark("The picture is blurred or smeared"),
    mark("The picture is too dark or too light"),
    mark("Something covers the writing"),
    mark("A page was not scanned"),
    mark("Something else, as the note says"),
    # fields: extractors/fields/, extractors/confidence.py, extractors/agreement.py
    mark("Character %(number)s could be %(characters)s."),
    mark("The reading is not sure enough. Compare it with the picture."),
    mark("The print is hard to read. Compare it with the picture."),
    mark("This is handwriting on a line. Compare it with the picture."),
    mark("Something is written here that could not be read."),
    mark("This looks empty, but there is writing next to it. Check if that is the answer."),
    mark("There are faint marks in these boxes."),
    mark("There is an empty box after character %(number)s."),
    mark("There is a mark in the box before this. It may be one more character."),
    mark("There is a mark in the box after this. It may be one more character."),
    mark("Character %(number)s looks struck out."),
    mark("A second reading of the same boxes gave %(text)s."),
    mark("This does not fit the field."),
    mark("This does not agree with %(field)s."),
    mark("Something small is written here. It may be a signature."),
    mark("There is a line in this box. It may not be a signature."),
    mark("This may be a date or separate letters instead of a signature."),
    mark("There is a lot of ink here. A signature may be struck out."),
    mark("No barcode could be read here."),
    mark("More than one barcode is here."),
    mark("This box is filled solid. It may be ticked or struck out."),
    mark("There is a faint or unclear mark in this box."),
    mark("This box holds a lot of ink. It may be filled in or struck out."),
    mark("%(choices)s are ticked, and one box was expected."),
    mark("%(choice)s looks struck out, and no other box is ticked."),
    mark("One of these boxes has a faint mark."),
    mark("More than one box is marked. All but %(choice)s look struck out."),
    mark("%(choice)s is ticked, and perhaps another box as well."),
    mark("%(choice)s or %(other)s may be the one that was meant."),
    mark("%(choice)s holds a lot of ink. It may be struck out."),
    mark("The mark at %(choice)s is faint or unclear."),
    # what does not fit: extractors/kinds/
    mark("%(kind)s has %(count)s characters. This has %(length)s."),
    mark("%(kind)s has %(count)s digits. This has %(length)s."),
    mark("Character %(number)s must be %(characters)s. It is %(character)s."),
    mark("Character %(number)s cannot be %(character)s here."),
    mark("Character %(number)s must be a letter."),
    mark("Character %(number)s must be a digit."),
    mark("All %(number)s characters must be digits."),
    mark("All %(number)s characters must be letters."),
    mark("The first %(number)s characters must be letters."),
    mark("The first %(number)s characters must be digits."),
    mark("The last %(number)s characters must be letters."),
    mark("The last %(number)s characters must be digits."),
    mark("Characters %(first)s must be letters."),
    mark("Characters %(first)s must be digits."),
    mark("Character %(number)s is %(character)s."),
    mark("This is %(kind)s, but not of the form this field takes."),
    mark("This must be one of: %(choices)s."),
    mark("A date has a day, a month and a year, such as 17 March 1974."),
    mark("%(number)s is not a month. Dates are day, month, year."),
    mark("%(number)s cannot be the year."),
    mark("%(month)s has no day %(number)s."),
    mark("There are no letters or digits here."),
    mark("A name has no digits or signs. Character %(number)s is %(character)s."),
    mark("A name needs at least one letter."),
    mark("A sum is pounds, then a point and two digits of pence, such as 25.00."),
    mark("Characters 7 to 10 say day %(number)s of %(month)s: no such day."),
    mark("An email address has one @. This has %(number)s."),
    mark("The part after @ needs a full stop, as in example.com."),
    mark("An email address is like name@example.com: a part of it is missing or cannot be there."),
    mark("No National Insurance number begins with %(start)s."),
    # what a value means: extractors/kinds/
    mark("first used %(first)s to %(last)s"),
    mark("surname begins %(surname)s, born %(day)s %(month)s, year ending %(year)s"),
    mark("%(number)s digits"),
    mark("%(pounds)s pounds"),
    mark("%(pounds)s pounds and %(pence)s pence"),
    mark("%(number)s characters: a chassis number from before about 1981, or part of a VIN"),
    mark("%(kind)s without the letter at its end"),
    mark("%(place)s area"),
    # rules: extractors/checks/
    mark("%(field)s is after the form came in."),
    mark("%(field)s is more than 12 months before the form came in."),
    mark("%(field)s is more than two months ahead."),
    mark("%(field)s is before %(other)s."),
    mark("%(field)s is not before %(others)s."),
    mark("%(field)s makes the person older than 110."),
    mark("%(field)s says %(text)s, but %(other)s is %(value)s."),
    mark("%(field)s begins %(start)s, which does not go with %(other)s."),
    mark("%(field)s has the initials %(initials)s, but %(other)s gives %(expected)s."),
    mark("%(field)s is from Northern Ireland: exchange the licence."),
    mark("%(field)s names two people; only one keeper can be recorded."),
    mark("The old and the new keeper have the same name, %(name)s."),
    mark("%(field)s has an age identifier that is not in use yet: %(number)s."),
    mark("%(field)s is %(value)s in one place and %(other)s in another."),
    mark("%(field)s is in the %(area)s area, but %(other)s is %(value)s."),
    mark("%(field)s: there is no %(district)s in the postcode list. Compare it with the page."),
    mark("%(field)s makes the applicant younger than 15 years and 9 months."),
    mark("%(field)s is answered with yes: pass it to those who may see health data."),
    mark("%(field)s is answered with no: pass it to those who may see health data."),
    mark("%(field)s is given, but %(other)s is empty."),
    mark("%(field)s says a slip is sent, but %(other)s is not ticked."),
    mark("%(field)s says there is no slip, but %(other)s is ticked."),
    mark("A new keeper slip is enclosed, so no fee is due: return any money found."),
    mark("%(field)s is outside the United Kingdom: see if it is an export."),
    mark("%(field)s has %(number)s digits; a %(document)s has %(right)s."),
    mark("%(field)s has %(number)s digits, as on a %(other)s; a %(document)s has %(right)s."),
    mark("%(field)s has no street or house name."),
    # records: intake/
    mark("%(name)s is checking this one. Take the next one instead."),
    mark("This one is no longer on your desk. Saved answers are kept."),
    mark("This was changed in another window. Load it again, then answer."),
    mark("Only people who are cleared for sensitive applications may open this one."),
    mark("This one was referred to a supervisor. Take the next one instead."),
    mark("This one is in a work queue that is not one of yours. Take the next one instead."),
    mark("The file is empty. Scan it again."),
    mark("The file is empty. Scan the paper again, or send the file again."),
    mark(
        "This is not a PDF, TIFF, JPEG or PNG file. Scan the paper, or save the document as PDF, "
        "and send that."
    ),
    mark("The file holds no page. Scan the paper again."),
    mark("The PDF holds no page. Scan the paper again."),
    mark("The PDF is damaged and cannot be opened. Scan the paper again."),
    mark("The PDF breaks off before its end. Send the file again, or scan the paper again."),
    mark(
        "The PDF is locked with a password. Ask the sender for one without, or print and scan it."
    ),
    mark("The time to reopen this has passed. Ask a supervisor what to do."),
    mark("Only the person who decided this, or a supervisor, can reopen it."),
    mark("Type what is on the paper, or say that it was left blank."),
    mark("This does not fit the field. Check it."),
    mark("The file has %(size)s bytes; at most %(limit)s are taken. Scan it in smaller parts."),
    mark(
        "The file has %(size)s MB; the most is %(limit)s MB. Scan fewer sheets at a time, or at "
        "300 dpi."
    ),
    mark("The file has more than %(most)s pages. Scan fewer sheets at a time."),
    mark("The PDF has %(number)s pages; the most is %(most)s. Scan fewer sheets at a time."),
    mark(
        "Page %(number)s has only %(width)s by %(height)s pixels, too few to read. Scan the paper "
        "again at 300 dpi."
    ),
    mark(
        "Page %(number)s has %(width)s by %(height)s pixels; the most is %(most)s million. Scan "
        "the paper again at 300 dpi."
    ),
    mark(
        "Page %(number)s needs more memory than one page may take. Scan the paper again at 300 dpi."
    ),
    mark("The file breaks off in page %(number)s. Send the file again, or scan the paper again."),
    mark(
        "Page %(number)s claims far more pixels than a scanner makes. Find out where the file "
        "came from; do not open it."
    ),
    mark("Page %(number)s of the file is damaged. Scan the paper again."),
)

WORDS: frozenset[str] = frozenset(
    (
        mark("a date"),
        mark("a name"),
        mark("a postcode"),
        mark("a telephone number"),
        mark("a UK telephone number"),
        mark("an email address"),
        mark("a driver number"),
        mark("a National Insurance number"),
        mark("a registration number"),
        mark("a vehicle identification number"),
        mark("a sum of money"),
        mark("this number"),
        mark("this reference"),
        mark("one of the choices"),
        mark("a zero"),
        mark("a space"),
        mark("a full stop"),
        mark("a comma"),
        mark("a hyphen"),
        mark("an apostrophe"),
        mark("a slash"),
        mark("left empty"),
        mark("a UK mobile or personal number"),
        mark("a UK service number"),
        mark("a UK landline"),
        mark("a UK-wide number"),
        mark("a number abroad"),
        mark("British Forces post"),
        mark("ticked"),
        mark("not ticked"),
        mark("signed"),
        mark("not signed"),
        mark("registration certificate"),
        mark("new keeper slip"),
        mark("reminder letter"),
        mark("Northern Ireland driver number"),
        mark("Northern Ireland style"),
        mark("Q plate: age or identity in doubt"),
        mark("check digit agrees"),
        mark("no check digit, as usual in Europe"),
        mark("no date in the mark, from before 1963"),
        mark("first used 1983 to 2001"),
        mark("first used 1963 to 1983"),
    )
)
"""Words that fill the holes of sentences, or stand alone as what a value means."""

# Said of the characters above, and between words.
mark("the letter %(character)s")
mark("the digit %(character)s")
mark("the sign %(character)s")
mark("a %(character)s")
mark(" or ")
mark(" and ")
mark(" to ")
