/** First and last names from many places, with the letters that sync software trips over. */
export const firstNames: readonly string[] = `
Aaliyah Adaeze Agnieszka Aiko Alejandro Amélie Amina Ananya Andrzej Anaïs Ayşe Björn Bogdan Céline Chidi Chloé
Dae-jung Dalia Dmitri Elif Émile Esther Fatou Fergus Françoise Giulia Grace Gözde Håkon Hana Hassan Hồng Ibrahim
Inès Ingrid Isabela Jamal Jiří João Jun Kaito Kavya Kwame Lars Layla Lucía Łukasz Mael Mariana Mateo Mei Minh
Müge Nadia Ngozi Niamh Noor Núria Olamide Oleksandra Omar Paolo Priya Rafael Ravi Renée Rosa Saoirse Sofía Søren
Tariq Tereza Thandiwe Uwe Valentina Wanjiru Xavier Yara Yuki Zainab Zoë Željko
`
  .trim()
  .split(/\s+/);

export const lastNames: readonly string[] = `
Abebe Achterberg Adeyemi Ahmed Åkesson Al-Masri Álvarez Andersson Banerjee Bianchi Böhm Çelik Chen Chukwu Costa
D'Angelo D'Souza Dąbrowski Diallo Dvořák Eriksen Fernández Fischer Garcia Gonçalves Groß Haddad Hernández Horváth
Ibáñez Ivanova Jansen Jensen Jóhannsdóttir Kaya Khan Kim Kovač Kowalska Lefèvre Liu M'Baye MacGregor Martínez
Mbeki Mehta Mukherjee Müller Nakamura N'Diaye Nguyễn Novák Nowak O'Brien O'Connor Ochieng Öztürk Park Patel Petrov
Pham Quispe Ramírez Rossi Sánchez Santos Sato Schäfer Şahin Silva Singh Suzuki Tanaka Traoré Tshabalala Van-Dijk
Virtanen Wang Weiß Yilmaz Zhang Zieliński
`
  .trim()
  .split(/\s+/);

export const middleNames: readonly string[] = ['A', 'J', 'M', 'de la', 'van', 'Kofi', 'Marie', 'Rose', 'Li'];
