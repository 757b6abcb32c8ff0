Attribute VB_Name = "Bridge"
Option Explicit

' The way to Python in a project that holds the xlwings module: the add-in, and a workbook that stands alone.
' Nothing that goes wrong leaves these two: an error is a value in a cell, and a sentence after a button.

Public Function AskPython(ByVal formula As String, ByVal values As Variant) As Variant
#If Mac Then
    AskPython = NoCells()
#Else
    On Error GoTo failed
    AskPython = XLPy.CallUDF("clvxl.udfs", formula, values)
    Exit Function
failed:
    AskPython = CVErr(xlErrValue)
#End If
End Function

Public Sub RunMacro(ByVal macro As String)
    Dim updating As Boolean, events As Boolean, calculation As Long, problem As String
    updating = Application.ScreenUpdating
    events = Application.EnableEvents
    calculation = Application.Calculation
    On Error GoTo failed
    RunPython "import clvxl.macros; clvxl.macros." & macro & "()"
    Exit Sub
failed:
    problem = Err.Description
    On Error Resume Next
    Application.ScreenUpdating = updating
    Application.EnableEvents = events
    Application.Calculation = calculation
    Application.StatusBar = False
    MsgBox Said("Python did not answer. ""clvxl doctor"" says why.", "Python antwortet nicht. ""clvxl doctor"" sagt, warum.") _
        & vbNewLine & vbNewLine & problem, vbExclamation, "clvxl"
End Sub
