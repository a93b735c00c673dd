// Lines over time. <canvas data-chart="id"> reads {labels, series: [{label, values, colour, dashed, fill}], unit} from
// the JSON element #id; colours are the tokens, and it is drawn again when the theme changes.
(() => {
  const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const units = { "$": v => "$" + v.toLocaleString("en-US"), "%": v => v + "%", "": v => v.toLocaleString("en-US") };
  const charts = [];

  const axis = extra => ({ border: { display: false }, grid: { drawTicks: false }, ticks: { padding: 8, maxTicksLimit: 5 }, ...extra });

  const draw = canvas => {
    const { labels, series, unit = "" } = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const datasets = series.map(({ label, values, colour, dashed, fill }) => ({
      label, data: values, fill: !!fill, borderColor: token(`--ch-${colour}`), backgroundColor: token("--ch-a1"),
      borderDash: dashed ? [4, 4] : [], borderWidth: dashed ? 1.5 : 2, stepped: false,
    }));
    return new Chart(canvas, { type: "line", data: { labels, datasets }, options: { scales: {
      x: axis({ grid: { display: false }, ticks: { padding: 6, maxTicksLimit: 10, maxRotation: 0 } }),
      y: axis({ beginAtZero: true, ticks: { padding: 8, maxTicksLimit: 5, callback: units[unit] } }),
    } } });
  };

  const all = () => {
    charts.splice(0).forEach(chart => chart.destroy());
    Object.assign(Chart.defaults, { color: token("--ink-3"), borderColor: token("--ch-grid"), maintainAspectRatio: false, animation: false });
    Object.assign(Chart.defaults.font, { family: token("--font"), size: 11 });
    Object.assign(Chart.defaults.plugins.legend, { display: false });
    Object.assign(Chart.defaults.elements.line, { tension: 0.15 });
    Object.assign(Chart.defaults.elements.point, { radius: 0, hitRadius: 12 });
    document.querySelectorAll("canvas[data-chart]").forEach(canvas => charts.push(draw(canvas)));
  };

  all();
  document.addEventListener("themechange", all);
})();
