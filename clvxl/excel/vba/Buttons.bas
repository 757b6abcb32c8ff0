Attribute VB_Name = "Buttons"
Option Explicit

Public Sub Refresh()
    RunMacro "refresh"
End Sub

Public Sub CheckData()
    RunMacro "check_data"
End Sub

Public Sub ClearResults()
    RunMacro "clear_results"
End Sub

Public Sub SaveReport()
    RunMacro "save_report"
End Sub

Public Sub ShowHelp()
    RunMacro "show_help"
End Sub
