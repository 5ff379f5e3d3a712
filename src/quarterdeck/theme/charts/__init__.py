"""Charts: where title, plot, axes, labels and legend go.

``parts.py`` works out everything that depends on a chart's width, ``layout.py`` the rest once its height is known;
``lettering.py`` finds round steps for an axis, and formats and measures labels.  The result is a
``ChartPlan`` (``model/chart.py``).

The plan is drawn as SVG in the HTML.  The PPTX gets a native chart with every place written as a manual layout:
left alone, Office would lay out title, axes and legend otherwise.
"""
