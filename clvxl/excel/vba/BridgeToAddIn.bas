Attribute VB_Name = "Bridge"
Option Explicit

' The way to Python in a workbook that leaves it to the add-in. Nothing refers to the add-in before it is called, so that a workbook
' opens and compiles without it, and says what is missing.

Public Function AskPython(ByVal formula As String, ByVal values As Variant) As Variant
    On Error GoTo missing
    AskPython = Application.Run("'clvxl.xlam'!AskPython", formula, values)
    Exit Function
missing:
    AskPython = NoAddIn()
End Function

Public Sub RunMacro(ByVal macro As String)
    On Error GoTo missing
    Application.Run "'clvxl.xlam'!RunMacro", macro
    Exit Sub
missing:
    MsgBox NoAddIn(), vbExclamation, "clvxl"
End Sub
