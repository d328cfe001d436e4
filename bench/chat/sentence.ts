const COMMON = `the of and to in is you that it he was for on are as with his they at be this have from or one had by
word but not what all were we when your can said there use an each which she do how their if will up other about out
many then them these so some her would make like him into time has look two more write go see number no way could`;
const WORDS = COMMON.split(/\s+/);

/** How many different rare words there are: each is in every 50,000th message. */
const RARE_WORDS = 50_000;

/** What people say here: nine words that everybody uses, and one that few do. */
export function sentence(): string {
  const words = Array.from({ length: 9 }, () => WORDS[Math.floor(Math.random() * WORDS.length)]);
  return `${words.join(' ')} ${rareWord()}`;
}

export function rareWord(): string {
  return `rare${Math.floor(Math.random() * RARE_WORDS)}`;
}
