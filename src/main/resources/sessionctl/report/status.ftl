<#-- The status page. StatusHtml supplies the values, and escapes all text. The CSS is in status.css. -->
<#setting number_format="0.0;; roundingMode=halfUp">
<#assign step = 26 bar = 340 whole = "0;; roundingMode=halfUp">
<#assign headline = tables.headline(health) verdict = tables.verdict(health) margin = charts.margin()>
<#macro table head rows>
<div class="wide"><table>
<tr><#list head as heading><th<@number heading/><#if tables.MEANINGS[heading]??> title="${tables.MEANINGS[heading]}"</#if>>${heading}</th></#list></tr>
  <#list rows as row>
<tr><#t>
    <#list row as cell>
      <#local heading = head[cell?index] mark = tables.mark(heading, cell)>
<td<@number heading/>><#t>
<#if cell?is_first || mark.style() == "">${cell}<#else><b class="${mark.style()}">${mark.before(cell)}</b></#if></td><#t>
    </#list>
</tr>
  </#list>
</table></div>
</#macro>
<#macro number heading>
<#if tables.NUMBERS?seq_contains(heading)> class="number"</#if><#t>
</#macro>
<#macro chart title words>
<h2>${title}</h2>
<p>${words}</p>
<div class="wide">
<#nested>
</div>
</#macro>
<#macro svg width height title>
<svg width="${width?string(whole)}" height="${height?string(whole)}" viewBox="0 0 ${width?string(whole)} ${height?string(whole)}" role="img" aria-label="${title}">
<#nested>
</svg>
</#macro>
<#macro box style x y width height title>
<rect class="${style}" x="${x}" y="${y}" width="${width}" height="${height}" rx="2"><title>${title}</title></rect>
</#macro>
<#macro label anchor x y text>
<text class="${anchor}" x="${x}" y="${y}">${text}</text>
</#macro>
<#macro matrix>
  <#local columns = charts.columns() rows = charts.rows() head = charts.width(columns)>
  <@svg margin + columns?size * step + 4, head + rows?size * step + 4, "connections to the memcached ports">
    <#list columns as column>
<text class="start" transform="translate(${margin + column?index * step + step / 2 + 4} ${head - 4}) rotate(-90)">${charts.shorten(column)}</text>
    </#list>
    <#list rows as row>
      <@label "end", margin - 8, head + row?index * step + 17, charts.shorten(row)/>
    </#list>
    <#list charts.boxes() as one>
      <#local x = margin + one.column * step y = head + one.row * step>
      <@box one.style, x, y, step - 3, step - 3, one.title/>
      <@label "sign", x + (step - 3) / 2, y + 17, one.sign/>
    </#list>
  </@svg>
</#macro>
<#macro placement>
  <#local marks = charts.marks() width = 12>
  <@svg margin + [80, marks?size * width]?max + 4, health.droplets?size * step + 4, "which server holds which sessions">
    <#list health.droplets as one>
      <#local name = one.droplet.name y = one?index * step>
      <@label "end", margin - 8, y + 17, charts.shorten(name)/>
      <#if charts.isSampled(name)>
        <#list marks as mark>
          <#local style = charts.replicaStyle(name, mark)>
          <#-- One pixel below the edge, because the border of a gap is wider than the box. -->
          <@box style, margin + mark?index * width, y + 1, width - 2, step - 4, "${name} ${(style == 'held')?then('holds', 'lacks')} session ${mark}"/>
        </#list>
      <#else>
        <@label "start", margin, y + 17, "not known"/>
      </#if>
    </#list>
  </@svg>
</#macro>
<#macro memory>
  <#local height = 46 megabyte = 1048576 full = 0.8>
  <@svg bar, health.droplets?size * height, "memory of each memcached">
    <#list health.droplets as one>
      <#local name = one.droplet.name y = one?index * height stats = (one.statusFacts.facts.stats)!{"limit": 0}>
      <#if stats.limit == 0>
        <@label "start", 0, y + 15, "${charts.shorten(name)}: not known"/>
      <#else>
        <#local share = [1, stats.bytes / stats.limit]?min>
        <#local style = (stats.evictions > 0)?then("bad", (share > full)?then("warn", "held"))>
        <#local evicted = (stats.evictions > 0)?then(", ${stats.evictions?c} evicted", "")>
        <#local usage = ": ${stats.bytes / megabyte} of ${(stats.limit / megabyte)?string(whole)} MB${evicted}">
        <#-- The label is above the bar, so that a narrow window shows both. -->
        <@label "start", 0, y + 15, "${charts.shorten(name)}${usage}"/>
        <@box "empty", 0, y + 21, bar, 14, "${name}${usage}"/>
        <@box style, 0, y + 21, [2, bar * share]?max, 14, "${name}${usage}"/>
        <@box "mark", bar * full, y + 21, 1.5, 14, "80 %"/>
      </#if>
    </#list>
  </@svg>
</#macro>
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<#if from.refresh != 0>
<meta http-equiv="refresh" content="${from.refresh?c}">
</#if>
<title>${headline}</title>
<style>
<#include "status.css" parse=false>
</style>
</head>
<body>
<header class="${verdict.style()}"><h1>${verdict.before(headline)}</h1>
<p>${from.time}</p></header>
<#if findings?has_content>
<ul class="findings">
  <#list findings as finding>
    <#assign severity = finding.severity?lower_case>
<li class="${severity}"><span class="kind">${severity}</span> <strong>${finding.droplet}</strong> ${finding.what}<#if finding.remedy?has_content><code>${finding.remedy}</code></#if></li>
  </#list>
</ul>
</#if>
<h2>Services</h2>
<@table tables.SERVICES tables.services(health)/>
<p>${tables.LEGEND}</p>
<h2>Sessions</h2>
<@table tables.SESSIONS tables.sessions(health)/>
<@chart "Connections to port ${health.cluster.memcached.port?c}" "Rows connect from, columns connect to: ✓ open as expected, – closed as expected, ✗ wrong, ? not tested, empty for a droplet that has left.">
  <#if charts.isDrawn()>
    <@matrix/>
  </#if>
  <#list charts.notes() as line>
<p>${line}</p>
  </#list>
</@chart>
<@chart "Where the sessions are" "A sample of the sessions, one column each. ${charts.placementRule()}">
  <#if charts.marks()?has_content>
    <@placement/>
  <#else>
<p>No server holds a session.</p>
  </#if>
</@chart>
<@chart "Memory" "Above the mark at 80 %, sessions may be evicted before they expire.">
  <@memory/>
</@chart>
<footer>sessionctl ${from.version} · inventory ${from.inventory} · ${from.time}<#if from.refresh != 0>, every ${from.refresh?c} s</#if><code>${from.command}</code></footer>
</body>
</html>
