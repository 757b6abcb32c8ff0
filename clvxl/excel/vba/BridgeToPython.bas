Attribute VB_Name = "Bridge"
Option Explicit

' The way to Python in a project that holds the xlwings module: the add-in, and a workbook that stands alone.
' Nothing that goes wrong leaves these two: an error is a value in a cell, and a sentence after a button.

Private server As Object
Private rest As Date

Public Function AskPython(ByVal formula As String, ByVal values As Variant) As Variant
#If Mac Then
    AskPython = NoCells()
#Else
    Dim fresh As Boolean
    On Error GoTo failed
again:
    fresh = server Is Nothing
    If fresh Then StartServer
    AskPython = server.CallUDF("clvxl.udfs", formula, values)
    Exit Function
failed:
    ' A server that has ended is started anew, once.
    Set server = Nothing
    If fresh Then
        AskPython = CVErr(xlErrValue)
    Else
        Resume again
    End If
#End If
End Function

' Where Python does not start, waiting for it in each of a thousand cells would stop Excel: only one cell in a while tries.
Private Sub StartServer()
#If Not Mac Then
    If Now < rest Then Err.Raise 1000
    rest = Now + TimeSerial(0, 0, 15)
    Set server = XLPy
    rest = 0
#End If
End Sub

Public Sub RunMacro(ByVal macro As String)
    Dim updating As Boolean, events As Boolean, calculation As Long, problem As String
    On Error Resume Next
    updating = Application.ScreenUpdating
    events = Application.EnableEvents
    calculation = Application.Calculation
    Err.Clear
    RunPython "import clvxl.macros; clvxl.macros." & macro & "()"
    problem = Err.Description
#If Not Mac Then
    Application.ScreenUpdating = updating
    Application.EnableEvents = events
    Application.Calculation = calculation
#End If
    If problem = "" Then Exit Sub
    MsgBox Said("Python did not answer. ""clvxl doctor"" says why.", "Python antwortet nicht. ""clvxl doctor"" sagt, warum.") _
        & vbNewLine & vbNewLine & problem, vbExclamation, "clvxl"
End Sub
