Attribute VB_Name = "Speech"
Option Explicit
Option Private Module

' The language of this workbook, where it has a setting for it; else that of Excel itself.
Public Function Language() As String
    Dim chosen As String
    On Error Resume Next
    chosen = ThisWorkbook.Names("clvxl_language").RefersToRange.Value2
    On Error GoTo 0
    If chosen = "" Then chosen = ExcelLanguage()
    If LCase$(Left$(chosen, 2)) = "de" Then Language = "de" Else Language = "en"
End Function

' By the language of the menus; where Excel cannot say it, by the country it was made for.
Public Function ExcelLanguage() As String
    Dim host As Object, spoken As Long
    ExcelLanguage = "en"
    Set host = Application
    On Error Resume Next
    spoken = host.LanguageSettings.LanguageID(2) And 1023
    If spoken = 0 And host.International(1) = 49 Then spoken = 7
    If spoken = 7 Then ExcelLanguage = "de"
End Function

Public Function Said(ByVal english As String, ByVal german As String) As String
    If Language() = "de" Then Said = german Else Said = english
End Function

Public Function NoAddIn() As String
    NoAddIn = Said("The add-in clvxl is not loaded. Run ""clvxl install"" once, then restart Excel.", _
        "Das Add-in clvxl ist nicht geladen. Bitte einmal ""clvxl install"" ausführen und Excel neu starten.")
End Function

Public Function NoCells() As String
    NoCells = Said("On a Mac clvxl computes by its buttons, not in cells.", _
        "Auf dem Mac rechnet clvxl über die Schaltflächen, nicht in Zellen.")
End Function
