"""Inside LibreOffice: a program for the system's own Python, which has LibreOffice's ``uno``. It opens workbooks, reads cells, runs macros.

Questions come as lines of JSON and are answered as such. While a workbook computes, a cell may ask Python in turn: then a line goes out
with "ask", and the answer comes in. What macros say without waiting for an answer is noted.
"""

# ruff: noqa: N802  # UNO calls its methods so
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import XServiceInfo, XSingleComponentFactory
from com.sun.star.script import XInvocation

SERVICE = "clvxl.test.Python"


QUESTIONS, ANSWERS, NOTES = Queue(), Queue(), []


def say(**message):
    print(json.dumps(message), flush=True)


def listen():
    """Sort what comes in: LibreOffice computes in threads of its own."""
    for line in sys.stdin:
        message = json.loads(line)
        (ANSWERS if "answer" in message else QUESTIONS).put(message)
    QUESTIONS.put(None)


def as_tuples(value):
    return tuple(map(as_tuples, value)) if isinstance(value, list) else value


class Python(unohelper.Base, XInvocation):
    """What stands in for xlwings' COM server: it passes on what it is asked."""

    def invoke(self, name, arguments, _places, _outs):
        if name != "CallUDF":
            NOTES.append([name, *arguments])
            return None, (), ()
        say(ask=arguments)
        return as_tuples(ANSWERS.get()["answer"]), (), ()

    def hasMethod(self, _name):
        return True

    def hasProperty(self, _name):
        return False

    def getIntrospection(self):
        return None

    def getValue(self, _name):
        return None

    def setValue(self, _name, _value):
        return None


class Control(unohelper.Base, XInvocation):
    """A button of the ribbon, as a callback is handed it."""

    def __init__(self, name):
        self.name = name

    def hasProperty(self, _name):
        return True

    def getValue(self, _name):
        return self.name

    def hasMethod(self, _name):
        return False

    def getIntrospection(self):
        return None


class Factory(unohelper.Base, XSingleComponentFactory, XServiceInfo):
    def createInstanceWithContext(self, _context):
        return Python()

    def createInstanceWithArgumentsAndContext(self, _arguments, _context):
        return Python()

    def getImplementationName(self):
        return SERVICE + "Stub"

    def supportsService(self, name):
        return name == SERVICE

    def getSupportedServiceNames(self):
        return (SERVICE,)


def started(office, profile):
    """The process and the context of a LibreOffice with a profile of its own."""
    pipe = f"clvxl{os.getpid()}"
    home = f"-env:UserInstallation={Path(profile).as_uri()}"
    process = subprocess.Popen(
        [office, home, "--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(300):
        try:
            return process, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.1)
    raise SystemExit("LibreOffice does not answer")


class Office:
    def __init__(self, context):
        manager = context.ServiceManager
        manager.insert(Factory())
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.books = {}

    def open(self, path):
        options = (PropertyValue("Hidden", 0, False, 0), PropertyValue("MacroExecutionMode", 0, 4, 0))
        book = self.books[Path(path).name] = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, options)
        book.calculateAll()

    def close(self, book):
        self.books.pop(book).close(True)

    def enter(self, book, sheet, cells):
        """Type values and formulas into a sheet, which is added where it is not there; those in braces into a range at once."""
        sheets = self.books[book].Sheets
        if not sheets.hasByName(sheet):
            sheets.insertNewByName(sheet, sheets.Count)
        for place, entry in cells.items():
            cells = sheets.getByName(sheet).getCellRangeByName(place)
            if isinstance(entry, str) and entry.startswith("{"):
                cells.setArrayFormula(entry[1:-1])
            else:
                cells.getCellByPosition(0, 0).setFormula(str(entry))

    def noted(self):
        """What was noted since it was asked for."""
        notes = NOTES[:]
        del NOTES[: len(notes)]
        return notes

    def cells(self, book, sheet, range):
        """What the cells of a range show."""
        block = self.books[book].Sheets.getByName(sheet).getCellRangeByName(range)
        rows, columns = block.Rows.Count, block.Columns.Count
        return [[block.getCellByPosition(column, row).String for column in _range(columns)] for row in _range(rows)]

    def numbers(self, book, sheet, range):
        """The numbers that the cells of a range hold."""
        return self.books[book].Sheets.getByName(sheet).getCellRangeByName(range).getDataArray()

    def buttons(self, book):
        """The scripts that the buttons of a workbook call."""
        sheets = self.books[book].Sheets
        forms = [form for sheet in map(sheets.getByIndex, _range(sheets.Count)) for form in _items(sheet.DrawPage.Forms)]
        events = [event for form in forms for place in _range(form.Count) for event in form.getScriptEvents(place)]
        return [event.ScriptCode for event in events]

    def run(self, book, script, arguments=()):
        """Call a script by its address; what it returns, and what it makes of its arguments."""
        script = script if ":" in script else f"vnd.sun.star.script:{script}?language=Basic&location=document"
        given = tuple(Control(each["control"]) if isinstance(each, dict) else as_tuples(each) for each in arguments)
        result, places, outs = self.books[book].getScriptProvider().getScript(script).invoke(given, (), ())
        return [result, *(out for place, out in zip(places, outs, strict=True) if not hasattr(out, "getValue"))]


_range = range


def _items(container):
    return map(container.getByIndex, _range(container.Count))


def serve(office, profile):
    process, context = started(office, profile)
    inside = Office(context)
    Thread(target=listen, daemon=True).start()
    try:
        while question := QUESTIONS.get():
            try:
                say(answer=getattr(inside, question.pop("do"))(**question))
            except Exception as error:
                say(error=f"{type(error).__name__}: {getattr(error, 'Message', error)}")
    finally:
        with suppress(Exception):  # it closes the line on which it would answer
            inside.desktop.terminate()
        process.wait(30)


if __name__ == "__main__":
    serve(*sys.argv[1:])
