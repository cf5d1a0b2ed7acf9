/** A line of the last values without axes, as one SVG path: cheap enough for every row of a list. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  /** Top of the scale; absent: the highest value. */
  max?: number;
  label: string;
  className?: string;
}) {
  const { values, max, label, className } = props;
  const width = 80;
  const height = 18;
  const top = Math.max(max ?? 0, ...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const step = width / Math.max(1, values.length - 1);
  let path = '';
  let pen = false;
  values.forEach((value, i) => {
    if (value !== null) {
      const y = height - 1 - (value / top) * (height - 2);
      path += `${pen ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    pen = value !== null;
  });
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
      className={className}
      preserveAspectRatio="none"
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.25" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
