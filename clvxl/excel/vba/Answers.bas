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
    Dim values() As Variant, place As Long, last As Long, bottom As Long, right As Long
    last = LastGiven(given)
    For place = 0 To last
        If IsObject(given(place)) Then
            bottom = Larger(bottom, UsedBottom(given(place)))
            right = Larger(right, UsedRight(given(place)))
        End If
    Next place
    ReDim values(0 To last + 1)
    values(0) = Language()
    For place = 0 To last
        If IsObject(given(place)) Then
            values(place + 1) = Clipped(given(place), bottom, right).Value2
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

' Ranges that reach the end of the sheet are cut to what is used, all to the same length. A range of several areas has no one value.
Private Function Clipped(ByVal cells As Object, ByVal bottom As Long, ByVal right As Long) As Object
    Dim rows As Long, columns As Long
    If cells.Areas.Count > 1 Then Err.Raise 13
    rows = cells.Rows.Count
    columns = cells.Columns.Count
    If ReachesBottom(cells) Then rows = Larger(1, bottom - cells.Row + 1)
    If ReachesRight(cells) Then columns = Larger(1, right - cells.Column + 1)
    If rows = cells.Rows.Count And columns = cells.Columns.Count Then
        Set Clipped = cells
    Else
        Set Clipped = cells.Resize(rows, columns)
    End If
End Function

Private Function ReachesBottom(ByVal cells As Object) As Boolean
    ReachesBottom = cells.Row + cells.Rows.Count - 1 >= cells.Worksheet.Rows.Count
End Function

Private Function ReachesRight(ByVal cells As Object) As Boolean
    ReachesRight = cells.Column + cells.Columns.Count - 1 >= cells.Worksheet.Columns.Count
End Function

Private Function UsedBottom(ByVal cells As Object) As Long
    If Not ReachesBottom(cells) Then Exit Function
    With cells.Worksheet.UsedRange
        UsedBottom = .Row + .Rows.Count - 1
    End With
End Function

Private Function UsedRight(ByVal cells As Object) As Long
    If Not ReachesRight(cells) Then Exit Function
    With cells.Worksheet.UsedRange
        UsedRight = .Column + .Columns.Count - 1
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
