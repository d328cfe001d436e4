// `npm run bench`. Plain JavaScript, so that a Node without type stripping gets a sentence instead of a syntax error.
if (!process.features.typescript) {
  console.error(`The benchmarks need Node 24 (this is ${process.version}); run them with \`npm run bench\`.`);
  process.exit(1);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
