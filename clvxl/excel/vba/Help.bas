Attribute VB_Name = "Help"
Option Explicit

' What the function wizard says. It can be set only while Excel runs, and not for the functions of a hidden workbook.
Public Sub DescribeFunctions()
    Dim saved As Boolean, hidden As Boolean, updating As Boolean
    saved = ThisWorkbook.Saved
    hidden = ThisWorkbook.IsAddin
    updating = Application.ScreenUpdating
    If Not AllDescribed() And hidden Then
        On Error Resume Next
        Application.ScreenUpdating = False
        ThisWorkbook.IsAddin = False
        AllDescribed
        ThisWorkbook.IsAddin = True
        Application.ScreenUpdating = updating
    End If
    ThisWorkbook.Saved = saved
End Sub

Private Function AllDescribed() As Boolean
    Dim german As Boolean
    german = (ExcelLanguage() = "de")
    On Error GoTo refused
    DescribeAll german
    AllDescribed = True
refused:
End Function

Public Sub Describe(ByVal formula As String, ByVal help As String, ByVal arguments As Variant)
    Dim host As Object, named As String
    Set host = Application
    named = "'" & ThisWorkbook.Name & "'!" & formula
    host.MacroOptions Macro:=named, Description:=help, Category:="CLV", ArgumentDescriptions:=arguments
End Sub
