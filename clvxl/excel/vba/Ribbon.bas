Attribute VB_Name = "Ribbon"
Option Explicit

' The tab in Excel's ribbon. A button is called as its macro in Python is.

Public Sub RibbonPress(ByVal control As Object)
    RunMacro control.Id
End Sub

Public Sub RibbonLabel(ByVal control As Object, ByRef label As Variant)
    Select Case control.Id
        Case "refresh": label = Said("Refresh", "Aktualisieren")
        Case "new_from_template": label = Said("New from template", "Neu aus Vorlage")
        Case "insert_function": label = Said("Insert function", "Funktion einfügen")
        Case "open_settings": label = Said("Settings", "Einstellungen")
        Case "show_help": label = Said("Help", "Hilfe")
        Case Else: label = "CLV"
    End Select
End Sub

Public Sub RibbonTip(ByVal control As Object, ByRef tip As Variant)
    Select Case control.Id
        Case "refresh": tip = Said("Compute the results of this workbook anew.", "Die Ergebnisse dieser Arbeitsmappe neu berechnen.")
        Case "new_from_template": tip = Said("Begin with a fresh workbook for your customers.", "Mit einer frischen Mappe für Ihre Kunden beginnen.")
        Case "insert_function": tip = Said("Choose a function and fill in its arguments.", "Eine Funktion wählen und ihre Argumente ausfüllen.")
        Case "open_settings": tip = Said("Day, discount, currency and language.", "Stichtag, Abzinsung, Währung und Sprache.")
        Case "show_help": tip = Said("What the functions and buttons do.", "Was die Funktionen und Schaltflächen tun.")
        Case Else: tip = ""
    End Select
End Sub
