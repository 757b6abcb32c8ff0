Attribute VB_Name = "Answers"
Option Explicit
Option Private Module

' From the arguments of a cell to its value. What can be computed, and how, is known to Python alone.

Public Function Answer(ByVal formula As String, ByVal given As Variant) As Variant
    On Error GoTo failed
    Answer = Shown(AskPython(formula, Sent(given)))
    Exit Function
failed:
    Answer = CVErr(xlErrValue)
End Function

' What is sent: the language, then values in place of ranges, without the arguments that were left out at the end.
Private Function Sent(ByVal given As Variant) As Variant
    Dim values() As Variant, place As Long, last As Long, lastRow As Long, lastColumn As Long
    last = LastGiven(given)
    For place = 0 To last
        If IsObject(given(place)) Then
            lastRow = Larger(lastRow, UsedRow(given(place)))
            lastColumn = Larger(lastColumn, UsedColumn(given(place)))
        End If
    Next place
    ReDim values(0 To last + 1)
    values(0) = Language()
    For place = 0 To last
        If IsObject(given(place)) Then
            values(place + 1) = Clipped(given(place), lastRow, lastColumn).Value2
        Else
            values(place + 1) = given(place)
        End If
    Next place
    Sent = values
End Function

Private Function LastGiven(ByVal given As Variant) As Long
    LastGiven = UBound(given)
    Do While LastGiven > 0
        If IsObject(given(LastGiven)) Then Exit Function
        If Not IsEmpty(given(LastGiven)) Then Exit Function
        LastGiven = LastGiven - 1
    Loop
End Function

' Ranges that reach the end of the sheet are cut to what is used, all to the same row and column. Several areas have no one value.
Private Function Clipped(ByVal block As Object, ByVal lastRow As Long, ByVal lastColumn As Long) As Object
    Dim height As Long, width As Long
    If block.Areas.Count > 1 Then Err.Raise 13
    height = block.Rows.Count
    width = block.Columns.Count
    If ReachesBottom(block) Then height = Larger(1, lastRow - block.Row + 1)
    If ReachesRight(block) Then width = Larger(1, lastColumn - block.Column + 1)
    If height = block.Rows.Count And width = block.Columns.Count Then
        Set Clipped = block
    Else
        Set Clipped = block.Resize(height, width)
    End If
End Function

Private Function ReachesBottom(ByVal block As Object) As Boolean
    ReachesBottom = block.Row + block.Rows.Count - 1 >= block.Worksheet.Rows.Count
End Function

Private Function ReachesRight(ByVal block As Object) As Boolean
    ReachesRight = block.Column + block.Columns.Count - 1 >= block.Worksheet.Columns.Count
End Function

Private Function UsedRow(ByVal block As Object) As Long
    If Not ReachesBottom(block) Then Exit Function
    With block.Worksheet.UsedRange
        UsedRow = .Row + .Rows.Count - 1
    End With
End Function

Private Function UsedColumn(ByVal block As Object) As Long
    If Not ReachesRight(block) Then Exit Function
    With block.Worksheet.UsedRange
        UsedColumn = .Column + .Columns.Count - 1
    End With
End Function

Private Function Larger(ByVal one As Long, ByVal other As Long) As Long
    If one > other Then Larger = one Else Larger = other
End Function

' What is shown: errors in place of their names, in a single value, a row and a block.
Private Function Shown(ByVal result As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(result) Then
        Shown = ShownCell(result)
    ElseIf Dimensions(result) = 1 Then
        For column = LBound(result) To UBound(result)
            result(column) = ShownCell(result(column))
        Next column
        Shown = result
    Else
        For row = LBound(result, 1) To UBound(result, 1)
            For column = LBound(result, 2) To UBound(result, 2)
                result(row, column) = ShownCell(result(row, column))
            Next column
        Next row
        Shown = result
    End If
End Function

Private Function Dimensions(ByVal result As Variant) As Long
    Dim bound As Long
    On Error GoTo one
    Dimensions = 1
    bound = UBound(result, 2)
    Dimensions = 2
one:
End Function

Private Function ShownCell(ByVal value As Variant) As Variant
    ShownCell = value
    If VarType(value) <> vbString Then Exit Function
    Select Case value
        Case "#NULL!": ShownCell = CVErr(xlErrNull)
        Case "#DIV/0!": ShownCell = CVErr(xlErrDiv0)
        Case "#VALUE!": ShownCell = CVErr(xlErrValue)
        Case "#REF!": ShownCell = CVErr(xlErrRef)
        Case "#NAME?": ShownCell = CVErr(xlErrName)
        Case "#NUM!": ShownCell = CVErr(xlErrNum)
        Case "#N/A": ShownCell = CVErr(xlErrNA)
    End Select
End Function
