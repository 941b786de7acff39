# PowerShell completion for glistio
Register-ArgumentCompleter -Native -CommandName glistio -ScriptBlock {
  param($word, $tree, $cursor)
  # Windows PowerShell drops empty arguments, so each has a sign in front.
  $given = @($tree.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -le $cursor } | ForEach-Object { '=' + $_.Extent.Text })
  if ($word -eq '') { $given += '=' }
  $kind, $found = @(glistio __complete powershell @given 2>$null)
  if ($kind -eq 'file' -or $kind -eq 'directory') { return }
  $found | Where-Object { $_ } | ForEach-Object {
    $text, $summary = $_ -split "`t", 2
    if (-not $summary) { $summary = $text }
    # What could mean something to PowerShell is put in quotes.
    $quoted = if ($text -match '^[A-Za-z0-9_./:=%+-]+$') { $text } else { "'" + $text.Replace("'", "''") + "'" }
    [System.Management.Automation.CompletionResult]::new($quoted, $text, 'ParameterValue', $summary)
  }
}
