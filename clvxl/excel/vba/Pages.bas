Attribute VB_Name = "Pages"
Option Explicit

' What formulas cannot say in another language: tabs, buttons, headings, words picked from a list, and what is said to somebody who types.
' The words stand on a hidden sheet. Only what still says the words of the other language is exchanged; what a user renamed stays.

Public Sub SwitchLanguage()
    Dim words As Object, place As Long, events As Boolean
    On Error Resume Next
    Set words = ThisWorkbook.Names("clvxl_words").RefersToRange
    If words Is Nothing Then Exit Sub
    events = Application.EnableEvents
    Application.EnableEvents = False
    For place = 1 To words.Rows.Count
        If Language() = "de" Then
            Exchange words.Rows(place), 1
        Else
            Exchange words.Rows(place), 0
        End If
    Next place
    Application.EnableEvents = events
End Sub

' An entry: its kind, where it is found, and label, help and error in English and in German.
Private Sub Exchange(ByVal entry As Object, ByVal german As Long)
    Dim place As String, was As String, said As String
    On Error Resume Next
    place = entry.Cells(1, 2).Value2
    said = entry.Cells(1, 3 + german).Value2
    was = entry.Cells(1, 4 - german).Value2
    Select Case entry.Cells(1, 1).Value2
        Case "tab": ExchangeTab place, was, said
        Case "button": ExchangeButtons place, said
        Case "choice": ExchangeChoice place, was, said
        Case "heading": ExchangeHeading entry, german, place, was, said
        Case "prompt": ExchangePrompt entry, german, SheetCoded(Left$(place, InStr(place, "!") - 1)).Range(Mid$(place, InStr(place, "!") + 1))
    End Select
End Sub

Private Sub ExchangeTab(ByVal code As String, ByVal was As String, ByVal said As String)
    Dim sheet As Object
    On Error Resume Next
    Set sheet = SheetCoded(code)
    If sheet.Name = was And was <> said Then sheet.Name = said
End Sub

Private Sub ExchangeButtons(ByVal macro As String, ByVal said As String)
    Dim sheet As Object, button As Object
    On Error Resume Next
    For Each sheet In ThisWorkbook.Worksheets
        For Each button In sheet.Buttons
            If Right$(button.OnAction, Len(macro)) = macro And button.Caption <> said Then button.Caption = said
        Next button
    Next sheet
End Sub

Private Sub ExchangeChoice(ByVal cell As String, ByVal was As String, ByVal said As String)
    Dim chosen As Object
    On Error Resume Next
    Set chosen = ThisWorkbook.Names(cell).RefersToRange
    If chosen.Value2 = was And was <> said Then chosen.Value2 = said
End Sub

Private Sub ExchangeHeading(ByVal entry As Object, ByVal german As Long, ByVal table As String, ByVal was As String, ByVal said As String)
    Dim list As Object, place As Long
    On Error Resume Next
    Set list = TableNamed(table)
    For place = 1 To list.ListColumns.Count
        If list.HeaderRowRange.Cells(1, place).Value2 = was Then
            If was <> said Then list.HeaderRowRange.Cells(1, place).Value2 = said
            ExchangePrompt entry, german, list.DataBodyRange.Columns(place)
        End If
    Next place
End Sub

Private Sub ExchangePrompt(ByVal entry As Object, ByVal german As Long, ByVal cells As Object)
    Dim locked As Boolean
    On Error Resume Next
    If cells.Validation.InputMessage <> entry.Cells(1, 6 - german).Value2 Then Exit Sub
    locked = cells.Worksheet.ProtectContents
    If locked Then cells.Worksheet.Unprotect ""
    With cells.Validation
        .InputTitle = Left$(entry.Cells(1, 3 + german).Value2, 32)
        .ErrorTitle = Left$(entry.Cells(1, 3 + german).Value2, 32)
        .InputMessage = entry.Cells(1, 5 + german).Value2
        .ErrorMessage = entry.Cells(1, 7 + german).Value2
    End With
    If locked Then cells.Worksheet.Protect DrawingObjects:=False, Contents:=True, Scenarios:=False, _
        AllowFormattingColumns:=True, AllowFormattingRows:=True
End Sub

Private Function SheetCoded(ByVal code As String) As Object
    Dim sheet As Object
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.CodeName = code Then Set SheetCoded = sheet
    Next sheet
End Function

Private Function TableNamed(ByVal table As String) As Object
    Dim sheet As Object, list As Object
    For Each sheet In ThisWorkbook.Worksheets
        For Each list In sheet.ListObjects
            If list.Name = table Then Set TableNamed = list
        Next list
    Next sheet
End Function

' Takes the simulated customers out and leaves all others; one empty row stays where there were no others.
Public Sub RemoveSamples()
    Dim list As Object, place As Long, bottom As Long, updating As Boolean
    Set list = TableNamed("clvxl_customers")
    If list Is Nothing Then Exit Sub
    If list.DataBodyRange Is Nothing Then Exit Sub
    updating = Application.ScreenUpdating
    Application.ScreenUpdating = False
    For place = list.ListRows.Count To 1 Step -1
        If IsSample(list.DataBodyRange.Cells(place, 1).Value2) Then
            If bottom = 0 Then bottom = place
        ElseIf bottom > 0 Then
            RemoveRows list, place + 1, bottom
            bottom = 0
        End If
    Next place
    If bottom > 0 Then RemoveRows list, 1, bottom
    Application.ScreenUpdating = updating
End Sub

Private Sub RemoveRows(ByVal list As Object, ByVal first As Long, ByVal last As Long)
    If first = 1 And last = list.ListRows.Count Then
        list.DataBodyRange.Rows(1).ClearContents
        first = 2
    End If
    If first <= last Then list.DataBodyRange.Rows(first & ":" & last).Delete xlShiftUp
End Sub

Private Function IsSample(ByVal name As Variant) As Boolean
    If VarType(name) = vbString Then IsSample = name Like "Simulated customer #*" Or name Like "Simulierter Kunde #*"
End Function
